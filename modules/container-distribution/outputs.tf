output "arn" {
  description = "ARN of the distribution configuration."
  value       = aws_imagebuilder_distribution_configuration.this.arn
}

output "regions" {
  description = "Regions that receive images, sorted; known at plan."
  value       = sort(var.regions)
}

output "repository_name" {
  description = "Name of the repository that receives them in each."
  value       = var.repository_name
}
