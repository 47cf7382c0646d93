# SPDX-License-Identifier: Apache-2.0
# The server is told who the client is, and by which endpoint it came: PROXY protocol v2.

data "aws_caller_identity" "a" {
  provider = aws.a
}

module "service" {
  source         = "../modules/provider_side"
  providers      = { aws = aws.b }
  name           = "proxy-protocol"
  proxy_protocol = true
  pools          = { main = { one = { zone = "a", page = "" } } }
  consumers      = [data.aws_caller_identity.a.account_id]
  script         = <<-END
    #!/bin/sh
    cat > /root/server.py <<'PROGRAM'
    import socketserver, struct
    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            start = self.rfile.read(16)
            if len(start) < 16:
                return
            rest = self.rfile.read(struct.unpack(">H", start[14:])[0])
            client, endpoint, at = ".".join(map(str, rest[:4])), "", 12
            while at + 3 <= len(rest):
                kind, size = rest[at], struct.unpack(">H", rest[at + 1:at + 3])[0]
                if kind == 0xea:
                    endpoint = rest[at + 4:at + 3 + size].decode()
                at += 3 + size
            while self.rfile.readline() not in (b"\r\n", b""):
                pass
            body = f"{client} by {endpoint}".encode()
            self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
    Server(("", 80), Handler).serve_forever()
    PROGRAM
    exec setsid python3 /root/server.py
  END
}

module "consumer" {
  source    = "../modules/consumer_side"
  providers = { aws = aws.a }
  name      = "proxy-protocol"
  services  = { service = module.service.service_name }
}

output "client" {
  value = module.consumer.client
}

output "client_address" {
  value = module.consumer.client_address
}

output "endpoint" {
  value = module.consumer.endpoint_ids["service"]
}

output "url" {
  value = "http://${module.consumer.dns_names["service"][0]}/"
}
