resource "aws_inspector2_enabler" "this" {
  account_ids    = [var.account_id]
  resource_types = sort(var.resource_types)
}
