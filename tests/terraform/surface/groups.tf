# SPDX-License-Identifier: Apache-2.0
# Groups of users, and what they may do.

resource "aws_iam_group" "readers" {
  name = "readers"
  path = local.second ? "/surface/all/" : "/surface/"
}

resource "aws_iam_group" "ops" {
  name = "ops"
}

resource "aws_iam_user" "grouped" {
  for_each = toset(["ann", "bob"])
  name     = each.key
}

resource "aws_iam_user_group_membership" "ann" {
  user   = aws_iam_user.grouped["ann"].name
  groups = local.second ? [aws_iam_group.readers.name] : [aws_iam_group.readers.name, aws_iam_group.ops.name]
}

resource "aws_iam_user_group_membership" "bob" {
  user   = aws_iam_user.grouped["bob"].name
  groups = [aws_iam_group.readers.name]
}

resource "aws_iam_group_policy" "inline" {
  name   = "inline"
  group  = aws_iam_group.ops.name
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_group_policy_attachment" "read_only" {
  group      = aws_iam_group.ops.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_policy" "grouped" {
  name   = "grouped"
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_policy_attachment" "grouped" {
  name       = "grouped"
  groups     = local.second ? [aws_iam_group.ops.name] : [aws_iam_group.ops.name, aws_iam_group.readers.name]
  users      = [aws_iam_user.grouped["bob"].name]
  policy_arn = aws_iam_policy.grouped.arn
}

data "aws_iam_group" "ops" {
  group_name = aws_iam_group.ops.name
  depends_on = [aws_iam_user_group_membership.ann]
}
