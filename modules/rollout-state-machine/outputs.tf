output "place" {
  description = "Where rollouts are recorded, as --rollouts and GOLDSMITH_ROLLOUTS take it."
  value       = local.place
}

output "state_machine_arn" {
  description = "ARN of the state machine, once executions of it can begin."
  value       = aws_sfn_state_machine.this.arn
}

output "worker_role_arn" {
  description = "ARN of the role of the worker, for apply_principals of the module bootstrap in each account."
  value       = aws_iam_role.worker.arn
}
