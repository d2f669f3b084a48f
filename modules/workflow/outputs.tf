output "arn" {
  description = "ARN of this version of the workflow, with its build number."
  value       = aws_imagebuilder_workflow.this.arn
}

output "version" {
  description = "Version of the workflow."
  value       = aws_imagebuilder_workflow.this.version
}
