locals {
  managed_policy_arns = merge(var.additional_policy_arns, {
    EC2ImageBuilderExecutionPolicy = "arn:${var.partition}:iam::aws:policy/EC2ImageBuilderExecutionPolicy"
  })
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "EC2 Image Builder, while it builds and distributes images."
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "imagebuilder.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "managed" {
  for_each = local.managed_policy_arns

  role       = aws_iam_role.this.name
  policy_arn = each.value
}

# The managed policy reaches parameters under /imagebuilder/ only.
resource "aws_iam_role_policy" "parameters" {
  count = length(var.ssm_parameter_arns) == 0 ? 0 : 1

  name = "output-parameters"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "PublishOutputParameters"
        Effect   = "Allow"
        Action   = ["ssm:GetParameter", "ssm:PutParameter"]
        Resource = sort(var.ssm_parameter_arns)
      },
      {
        # Parameters of data type aws:ec2:image are checked with the writer's own permissions.
        Sid      = "CheckPublishedImages"
        Effect   = "Allow"
        Action   = "ec2:DescribeImages"
        Resource = "*"
      },
    ]
  })
}

# A waiting step of a workflow tells its topic with this role.
resource "aws_iam_role_policy" "topics" {
  count = length(var.topic_arns) == 0 ? 0 : 1

  name = "approval-topics"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "AskForApproval"
        Effect   = "Allow"
        Action   = "sns:Publish"
        Resource = sort(var.topic_arns)
      }],
      [for alias in var.topic_key_alias_arns : {
        Sid    = "EncryptTheQuestion"
        Effect = "Allow"
        Action = ["kms:Decrypt", "kms:GenerateDataKey"]
        # IAM policies cannot name an alias as a resource, and the key's id is known after the apply only.
        Resource = replace(alias, "/:alias/.*$/", ":key/*")
        Condition = {
          "ForAnyValue:StringEquals" = { "kms:ResourceAliases" = replace(alias, "/^.*:alias/", "alias") }
          StringLike                 = { "kms:ViaService" = "sns.*" }
        }
      }],
    )
  })
}

resource "aws_iam_role_policy_attachments_exclusive" "this" {
  role_name   = aws_iam_role.this.name
  policy_arns = [for attachment in aws_iam_role_policy_attachment.managed : attachment.policy_arn]
}

resource "aws_iam_role_policies_exclusive" "this" {
  role_name    = aws_iam_role.this.name
  policy_names = concat(aws_iam_role_policy.parameters[*].name, aws_iam_role_policy.topics[*].name)
}
