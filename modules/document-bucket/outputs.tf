output "name" {
  description = "Name of the bucket, known at plan; consumers wait until it is closed to the public and encrypted."
  value       = var.name
  depends_on = [
    aws_s3_bucket_policy.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
  ]
}
