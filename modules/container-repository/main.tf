locals {
  pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]

  pull_statements = [
    {
      Sid       = "PullFromReceivingAccounts"
      Effect    = "Allow"
      Principal = { AWS = [for id in sort(var.pull_account_ids) : "arn:${var.partition}:iam::${id}:root"] }
      Action    = local.pull
      Condition = {}
    },
    {
      Sid       = "PullFromOrganizations"
      Effect    = "Allow"
      Principal = { AWS = ["*"] }
      Action    = local.pull
      Condition = { StringEquals = { "aws:PrincipalOrgID" = sort(var.pull_organization_ids) } }
    },
    {
      Sid       = "PullFromOrganizationalUnits"
      Effect    = "Allow"
      Principal = { AWS = ["*"] }
      Action    = local.pull
      Condition = { "ForAnyValue:StringLike" = { "aws:PrincipalOrgPaths" = sort(var.pull_organizational_unit_paths) } }
    },
  ]

  pullers = [var.pull_account_ids, var.pull_organization_ids, var.pull_organizational_unit_paths]

  # The policy of Image Builder's lifecycle role reaches repositories with this tag alone.
  lifecycle_tags = var.lifecycle_access ? { LifecycleExecutionAccess = "EC2 Image Builder" } : {}

  expire_untagged = {
    rulePriority = 1
    description  = "Images without a tag go."
    action       = { type = "expire" }
    selection = {
      tagStatus   = "untagged"
      countType   = "sinceImagePushed"
      countUnit   = "days"
      countNumber = coalesce(var.untagged_days, 1)
    }
  }

  keep_newest = {
    rulePriority = 2
    description  = "The newest images stay."
    action       = { type = "expire" }
    selection = {
      tagStatus      = "tagged"
      tagPatternList = ["*"]
      countType      = "imageCountMoreThan"
      countNumber    = coalesce(var.keep_images, 1)
    }
  }
}

resource "aws_ecr_repository" "this" {
  name                 = var.name
  force_delete         = var.force_delete
  image_tag_mutability = var.immutable_tags ? "IMMUTABLE" : "MUTABLE"
  tags                 = merge(var.tags, local.lifecycle_tags)

  encryption_configuration {
    encryption_type = var.kms_key_arn == null ? "AES256" : "KMS"
    kms_key         = var.kms_key_arn
  }

  image_scanning_configuration {
    scan_on_push = var.scan_on_push
  }
}

# To pull only, and never for everybody: each account decides with its own IAM policies who of it does.
resource "aws_ecr_repository_policy" "this" {
  count = length(setunion(local.pullers...)) == 0 ? 0 : 1

  repository = aws_ecr_repository.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for index, statement in local.pull_statements :
      { for key, value in statement : key => value if key != "Condition" || length(value) > 0 }
      if length(local.pullers[index]) > 0
    ]
  })
}

resource "aws_ecr_lifecycle_policy" "this" {
  count = var.keep_images == null && var.untagged_days == null ? 0 : 1

  repository = aws_ecr_repository.this.name

  policy = jsonencode({
    rules = concat(
      [for rule in [local.expire_untagged] : rule if var.untagged_days != null],
      [for rule in [local.keep_newest] : rule if var.keep_images != null],
    )
  })
}
