output "id" {
  description = "Id of the launch template, which AWS gives."
  value       = aws_launch_template.this.id
}

output "name" {
  description = "Name of the launch template; known at plan."
  value       = var.name
}
