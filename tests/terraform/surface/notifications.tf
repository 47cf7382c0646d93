# SPDX-License-Identifier: Apache-2.0
# What happens to the connections of the service, told to a topic.

resource "aws_sns_topic" "endpoints" {
  name         = "surface-endpoints"
  display_name = local.second ? "endpoints" : null
  tags         = { step = var.step }
}

resource "aws_sns_topic_policy" "endpoints" {
  arn = aws_sns_topic.endpoints.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "step${var.step}"
      Effect    = "Allow"
      Principal = { Service = "vpce.amazonaws.com" }
      Action    = "SNS:Publish"
      Resource  = aws_sns_topic.endpoints.arn
    }]
  })
}

# Nobody listens there: it stays unconfirmed.
resource "aws_sns_topic_subscription" "endpoints" {
  topic_arn = aws_sns_topic.endpoints.arn
  protocol  = "http"
  endpoint  = "http://127.0.0.1:9/"
}

resource "aws_vpc_endpoint_connection_notification" "service" {
  vpc_endpoint_service_id     = aws_vpc_endpoint_service.main.id
  connection_notification_arn = aws_sns_topic.endpoints.arn
  connection_events           = local.second ? ["Accept", "Delete"] : ["Accept", "Reject"]
  depends_on                  = [aws_sns_topic_policy.endpoints]
}

resource "aws_vpc_endpoint_connection_notification" "endpoint" {
  vpc_endpoint_id             = aws_vpc_endpoint.main.id
  connection_notification_arn = aws_sns_topic.endpoints.arn
  connection_events           = ["Delete"]
}

data "aws_sns_topic" "endpoints" {
  name = aws_sns_topic.endpoints.name
}
