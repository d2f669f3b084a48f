output "arn" {
  description = "ARN of the pipeline."
  value       = aws_imagebuilder_image_pipeline.this.arn
}

output "name" {
  description = "Name of the pipeline, known at plan."
  value       = aws_imagebuilder_image_pipeline.this.name
}
