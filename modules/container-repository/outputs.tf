output "arn" {
  description = "ARN of the repository."
  value       = aws_ecr_repository.this.arn
}

output "name" {
  description = "Name of the repository, known at plan; consumers wait until it is there and may be pulled from."
  value       = var.name
  depends_on  = [aws_ecr_repository.this, aws_ecr_repository_policy.this]
}

output "url" {
  description = "What images are pushed to and pulled from, without a tag."
  value       = aws_ecr_repository.this.repository_url
}
