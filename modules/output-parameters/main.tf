resource "aws_ssm_parameter" "this" {
  for_each = var.names

  name        = each.value
  description = var.description
  type        = "String"
  data_type   = "text"
  value       = "none"
  tags        = var.tags

  # From the first build on, Image Builder writes it.
  lifecycle {
    ignore_changes = [description, value]
  }
}
