output "role_arn" {
  description = "ARN of the role, once images can be copied with it."
  value       = aws_iam_role.this.arn
  depends_on  = [aws_iam_role_policy_attachment.managed, aws_iam_role_policy.distribution]
}
