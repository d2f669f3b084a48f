locals {
  account_arn = "arn:${var.partition}:iam::${var.account_id}:root"
  rules_arn   = "arn:${var.partition}:events:${var.region}:${var.account_id}:rule/${var.name}-*"

  # The service-linked role may not be there yet: it comes with the account's first image. A policy cannot name a principal
  # that does not exist, a condition can.
  service_role_arn = "arn:${var.partition}:iam::${var.account_id}:role/aws-service-role/imagebuilder.amazonaws.com/AWSServiceRoleForImageBuilder"

  # Known at plan, as the name is, so that others can name the topic without waiting for it.
  own_topic_arn = "arn:${var.partition}:sns:${var.region}:${var.account_id}:${var.name}"
  has_own_topic = var.topic_arn == null
  topic_arn     = local.has_own_topic ? aws_sns_topic.this[0].arn : var.topic_arn

  # What an event counts of a scan. `all` is the sum of the three.
  some = [{ numeric = [">", 0] }]
  counts = {
    critical = { critical = local.some }
    high     = { "$or" = [{ critical = local.some }, { high = local.some }] }
    medium   = { all = local.some }
  }

  # https://docs.aws.amazon.com/imagebuilder/latest/userguide/integ-eventbridge.html
  patterns = {
    failure = {
      detail-type = ["EC2 Image Builder Image State Change"]
      detail      = { state = { status = ["CANCELLED", "FAILED"] } }
    }
    findings = {
      detail-type = ["EC2 Image Builder CVE Detected"]
      detail      = { finding-severity-counts = local.counts[var.least_severity] }
    }
    success = {
      detail-type = ["EC2 Image Builder Image State Change"]
      detail      = { state = { status = ["AVAILABLE"] } }
    }
    waiting = {
      detail-type = ["EC2 Image Builder Workflow Step Waiting"]
    }
  }

  # A pattern takes 2048 characters, which is room for so many images.
  chunks = chunklist(sort(var.image_arn_prefixes), 12)
  rules = merge([for event in var.events : {
    for index, prefixes in local.chunks : index == 0 ? event : "${event}-${index + 1}" => { event = event, prefixes = prefixes }
  }]...)
}

resource "aws_kms_key" "this" {
  count = local.has_own_topic ? 1 : 0

  description             = "Encrypts the notifications of ${var.name}."
  deletion_window_in_days = 7
  enable_key_rotation     = true
  tags                    = var.tags

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid       = "AdministerFromThisAccount"
        Effect    = "Allow"
        Principal = { AWS = local.account_arn }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        # The key that SNS has for everyone lets EventBridge publish nothing.
        Sid       = "EncryptEvents"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      ], [for role in var.image_builder_publishes ? [local.service_role_arn] : [] : {
        # https://docs.aws.amazon.com/imagebuilder/latest/userguide/integ-sns.html
        Sid       = "EncryptMessagesOfImageBuilder"
        Effect    = "Allow"
        Principal = { AWS = local.account_arn }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = { ArnEquals = { "aws:PrincipalArn" = role } }
    }])
  })
}

resource "aws_kms_alias" "this" {
  count = local.has_own_topic ? 1 : 0

  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this[0].key_id
}

resource "aws_sns_topic" "this" {
  count = local.has_own_topic ? 1 : 0

  name              = var.name
  kms_master_key_id = aws_kms_key.this[0].arn
  tags              = var.tags
}

resource "aws_sns_topic_policy" "this" {
  count = local.has_own_topic ? 1 : 0

  arn = aws_sns_topic.this[0].arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid       = "PublishEvents"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.own_topic_arn
        Condition = {
          ArnLike      = { "aws:SourceArn" = local.rules_arn }
          StringEquals = { "aws:SourceAccount" = var.account_id }
        }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = local.own_topic_arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      ], [for role in var.image_builder_publishes ? [local.service_role_arn] : [] : {
        Sid       = "PublishMessagesOfImageBuilder"
        Effect    = "Allow"
        Principal = { AWS = local.account_arn }
        Action    = "sns:Publish"
        Resource  = local.own_topic_arn
        Condition = { ArnEquals = { "aws:PrincipalArn" = role } }
    }])
  })
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.rules

  name          = "${var.name}-${each.key}"
  description   = "EC2 Image Builder: ${each.value.event} of ${var.name}."
  event_pattern = jsonencode(merge({ source = ["aws.imagebuilder"], resources = [for prefix in each.value.prefixes : { prefix = prefix }] }, local.patterns[each.value.event]))
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = aws_cloudwatch_event_rule.this

  arn       = local.topic_arn
  rule      = each.value.name
  target_id = "topic"
}
