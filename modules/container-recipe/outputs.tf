output "arn" {
  description = "ARN of this version of the recipe."
  value       = aws_imagebuilder_container_recipe.this.arn
}

output "version" {
  description = "Version of the recipe."
  value       = aws_imagebuilder_container_recipe.this.version
}
