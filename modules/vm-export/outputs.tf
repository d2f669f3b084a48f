output "bucket_name" {
  description = "Name of the bucket that was made, known at plan; consumers wait until it is closed to the public and encrypted. Null where none was made."
  value       = var.bucket_name
  depends_on = [
    aws_s3_bucket_policy.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
  ]
}

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
