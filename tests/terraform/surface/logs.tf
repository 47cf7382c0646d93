# SPDX-License-Identifier: Apache-2.0
# A log group, and a flow log that writes into it by a role.

resource "aws_cloudwatch_log_group" "flow" {
  name              = "/surface/flow"
  retention_in_days = local.second ? 14 : 7
  tags              = { step = var.step }
}

data "aws_iam_policy_document" "flow_logs" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "flow" {
  name               = "flow"
  assume_role_policy = data.aws_iam_policy_document.flow_logs.json
}

resource "aws_iam_role_policy" "flow" {
  name = "flow"
  role = aws_iam_role.flow.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"]
      Resource = "*"
    }]
  })
}

resource "aws_flow_log" "group" {
  subnet_id       = aws_subnet.public.id
  traffic_type    = "ALL"
  iam_role_arn    = aws_iam_role.flow.arn
  log_destination = aws_cloudwatch_log_group.flow.arn
  tags            = { step = var.step }
}

data "aws_cloudwatch_log_group" "flow" {
  name = aws_cloudwatch_log_group.flow.name
}
