locals {
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

# Accounts by id and nothing else, and to pull only: each decides with its own IAM policies who of it does.
resource "aws_ecr_repository_policy" "this" {
  count = length(var.pull_account_ids) == 0 ? 0 : 1

  repository = aws_ecr_repository.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "PullFromReceivingAccounts"
      Effect    = "Allow"
      Principal = { AWS = [for id in sort(var.pull_account_ids) : "arn:${var.partition}:iam::${id}:root"] }
      Action    = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }]
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
