output "amis" {
  description = "AMIs of the image, once it is built: account, Region, id and name of each."
  value       = flatten(aws_imagebuilder_image.this.output_resources[*].amis)
}

output "arn" {
  description = "ARN of the image, with its build number."
  value       = aws_imagebuilder_image.this.arn
}

output "containers" {
  description = "Container images of the image, once it is built: Region and URIs of each."
  value       = flatten(aws_imagebuilder_image.this.output_resources[*].containers)
}
