output "arn" {
  description = "ARN of the role, once it may do its work."
  value       = aws_iam_role.this.arn
  depends_on = [
    aws_iam_role_policy_attachment.managed,
    aws_iam_role_policy.parameters,
    aws_iam_role_policy.topics,
  ]
}

output "name" {
  description = "Name of the role, known at plan; consumers wait until it may do its work."
  value       = var.name
  depends_on = [
    aws_iam_role.this,
    aws_iam_role_policy_attachment.managed,
    aws_iam_role_policy.parameters,
    aws_iam_role_policy.topics,
  ]
}
