# SPDX-License-Identifier: Apache-2.0
# A service over UDP. Its health is asked over TCP.

data "aws_caller_identity" "a" {
  provider = aws.a
}

module "service" {
  source      = "../modules/provider_side"
  providers   = { aws = aws.b }
  name        = "udp"
  protocol    = "UDP"
  port        = 5353
  health_port = 8080
  pools       = { main = { one = { zone = "a", page = "a datagram back" } } }
  consumers   = [data.aws_caller_identity.a.account_id]
  script      = <<-END
    #!/bin/sh
    cat > /root/server.py <<'PROGRAM'
    import socketserver, threading
    class Datagrams(socketserver.BaseRequestHandler):
        def handle(self):
            self.request[1].sendto(b"PAGE: " + self.request[0], self.client_address)
    class Health(socketserver.BaseRequestHandler):
        def handle(self):
            pass
    health = socketserver.TCPServer(("", 8080), Health)
    threading.Thread(target=health.serve_forever, daemon=True).start()
    socketserver.UDPServer(("", 5353), Datagrams).serve_forever()
    PROGRAM
    exec setsid python3 /root/server.py
  END
}

module "consumer" {
  source    = "../modules/consumer_side"
  providers = { aws = aws.a }
  name      = "udp"
  protocol  = "udp"
  port      = 5353
  services  = { service = module.service.service_name }
}

output "client" {
  value = module.consumer.client
}

output "server" {
  value = module.consumer.dns_names["service"][0]
}
