output "arn" {
  description = "ARN of this version of the component, with its build number."
  value       = aws_imagebuilder_component.this.arn
}

output "type" {
  description = "What the document makes it: BUILD, or TEST where it has no phase but test."
  value       = aws_imagebuilder_component.this.type
}

output "version" {
  description = "Version of the component."
  value       = aws_imagebuilder_component.this.version
}
