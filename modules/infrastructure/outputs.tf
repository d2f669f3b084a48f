output "arn" {
  description = "ARN of the infrastructure configuration."
  value       = aws_imagebuilder_infrastructure_configuration.this.arn
}
