locals {
  is_container = var.resource_type == "CONTAINER_IMAGE"
  recipes      = merge([for name, versions in var.recipes : { for version in versions : "${name}/${version}" => { name = name, version = version } }]...)
}

resource "aws_imagebuilder_lifecycle_policy" "this" {
  name           = var.name
  description    = var.description
  execution_role = var.execution_role_arn
  resource_type  = var.resource_type
  status         = var.enabled ? "ENABLED" : "DISABLED"
  tags           = var.tags

  dynamic "policy_detail" {
    for_each = var.rules

    content {
      action {
        type = policy_detail.key

        include_resources {
          amis       = policy_detail.value.amis
          containers = policy_detail.value.containers
          snapshots  = policy_detail.value.snapshots
        }
      }

      filter {
        type            = policy_detail.value.after == null ? "COUNT" : "AGE"
        value           = policy_detail.value.after == null ? policy_detail.value.keep : policy_detail.value.after.value
        unit            = policy_detail.value.after == null ? null : policy_detail.value.after.unit
        retain_at_least = policy_detail.value.after == null ? null : policy_detail.value.keep
      }

      dynamic "exclusion_rules" {
        for_each = !local.is_container || length(policy_detail.value.exclude.image_tags) > 0 ? [policy_detail.value.exclude] : []

        content {
          tag_map = length(exclusion_rules.value.image_tags) == 0 ? null : exclusion_rules.value.image_tags

          dynamic "amis" {
            for_each = local.is_container ? [] : [exclusion_rules.value]

            content {
              # Left out, the provider holds false against AWS's answer and plans the same change for ever.
              is_public       = amis.value.public
              regions         = length(amis.value.regions) == 0 ? null : sort(amis.value.regions)
              shared_accounts = length(amis.value.account_ids) == 0 ? null : sort(amis.value.account_ids)
              tag_map         = length(amis.value.ami_tags) == 0 ? null : amis.value.ami_tags

              dynamic "last_launched" {
                for_each = amis.value.last_launched == null ? [] : [amis.value.last_launched]

                content {
                  unit  = last_launched.value.unit
                  value = last_launched.value.value
                }
              }
            }
          }
        }
      }
    }
  }

  resource_selection {
    tag_map = length(var.selection_tags) == 0 ? null : var.selection_tags

    dynamic "recipe" {
      for_each = local.recipes

      content {
        name             = recipe.value.name
        semantic_version = recipe.value.version
      }
    }
  }
}
