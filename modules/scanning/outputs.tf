output "resource_types" {
  description = "What Inspector scans, once it does."
  value       = aws_inspector2_enabler.this.resource_types
}
