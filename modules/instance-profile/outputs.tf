output "arn" {
  description = "ARN of the instance profile, once its role may do its work."
  value       = aws_iam_instance_profile.this.arn
  depends_on = [
    aws_iam_role_policy_attachment.managed,
    aws_iam_role_policy.containers,
    aws_iam_role_policy.logs,
    aws_iam_role_policy.objects,
  ]
}

output "name" {
  description = "Name of the instance profile, known at plan; consumers wait until its role may do its work."
  value       = var.name
  depends_on = [
    aws_iam_instance_profile.this,
    aws_iam_role_policy_attachment.managed,
    aws_iam_role_policy.containers,
    aws_iam_role_policy.logs,
    aws_iam_role_policy.objects,
  ]
}

output "role_arn" {
  description = "ARN of the role that build and test instances have."
  value       = aws_iam_role.this.arn
}
