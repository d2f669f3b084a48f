output "apply_role_arn" {
  description = "ARN of the role that applies, once it may."
  value       = aws_iam_role.apply.arn
  depends_on  = [aws_iam_role_policy.apply_read, aws_iam_role_policy.apply_write, aws_iam_role_policy_attachment.apply_network]
}

output "boundary_arn" {
  description = "ARN of the permissions boundary of the roles that builds have; null where none is made."
  value       = one([for policy in aws_iam_policy.boundary : policy.arn])
}

output "pipeline_apply_role_arn" {
  description = "ARN of the role that pipelines apply with (GOLDSMITH_APPLY_ROLE), once it may; null without pipelines."
  value       = one([for role in aws_iam_role.pipeline_apply : role.arn])
  depends_on  = [aws_iam_role_policy.pipeline_apply]
}

output "pipeline_plan_role_arn" {
  description = "ARN of the role that pipelines plan with (GOLDSMITH_PLAN_ROLE), once it may; null without pipelines."
  value       = one([for role in aws_iam_role.pipeline_plan : role.arn])
  depends_on  = [aws_iam_role_policy.pipeline_plan]
}

output "plan_role_arn" {
  description = "ARN of the role that plans, once it may."
  value       = aws_iam_role.plan.arn
  depends_on  = [aws_iam_role_policy.plan]
}

output "state_bucket" {
  description = "Name of the bucket that was made for the state, once it is closed to the public, encrypted and versioned; null where none was made."
  value       = one([for bucket in aws_s3_bucket.state : bucket.bucket])
  depends_on = [
    aws_s3_bucket_policy.state,
    aws_s3_bucket_server_side_encryption_configuration.state,
    aws_s3_bucket_versioning.state,
  ]
}
