output "role_name" {
  description = "Name of the role, known at plan; consumers wait until it may do its work."
  value       = var.name
  depends_on = [
    aws_iam_role.this,
    aws_iam_role_policies_exclusive.this,
    aws_iam_role_policy.this,
    aws_iam_role_policy_attachments_exclusive.this,
  ]
}
