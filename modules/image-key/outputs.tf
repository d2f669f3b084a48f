output "alias_arn" {
  description = "ARN of the alias, known at plan; the name by which recipes and distributions call the key."
  value       = "arn:${var.partition}:kms:${var.region}:${var.account_id}:alias/${var.alias}"
  depends_on  = [aws_kms_alias.this]
}

output "arn" {
  description = "ARN of the key."
  value       = aws_kms_key.this.arn
}
