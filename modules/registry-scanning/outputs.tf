output "registry_id" {
  description = "Id of the registry, which is the account's, once it scans so."
  value       = aws_ecr_registry_scanning_configuration.this.registry_id
}
