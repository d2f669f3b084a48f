output "arn" {
  description = "ARN of the distribution configuration."
  value       = aws_imagebuilder_distribution_configuration.this.arn
}

output "regions" {
  description = "Regions that receive images, sorted; known at plan."
  value       = keys(var.regions)
}
