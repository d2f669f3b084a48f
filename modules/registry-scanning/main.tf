locals {
  rules = { for frequency, filters in { CONTINUOUS_SCAN = var.continuous, SCAN_ON_PUSH = var.on_push } : frequency => filters if length(filters) > 0 }
}

resource "aws_ecr_registry_scanning_configuration" "this" {
  scan_type = var.enhanced ? "ENHANCED" : "BASIC"

  dynamic "rule" {
    for_each = local.rules

    content {
      scan_frequency = rule.key

      dynamic "repository_filter" {
        for_each = sort(rule.value)

        content {
          filter      = repository_filter.value
          filter_type = "WILDCARD"
        }
      }
    }
  }
}
