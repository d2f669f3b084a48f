output "arn" {
  description = "ARN of the policy."
  value       = aws_imagebuilder_lifecycle_policy.this.arn
}
