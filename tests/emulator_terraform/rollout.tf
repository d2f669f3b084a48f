# The state machine of rollouts, with a key of its own.

variable "change" {
  description = "What is different in the second apply."
  type = object({
    compute_type = optional(string, "BUILD_GENERAL1_SMALL")
    install      = optional(list(string), [])
    log_days     = optional(number, 365)
    tags         = optional(map(string), {})
    traced       = optional(bool, false)
  })
  default = {}
}

provider "aws" {
  region = "us-east-1"
}

module "rollout" {
  source = "./modules/rollout-state-machine"

  account_id       = "123456789012"
  account_ids      = ["222222222222"]
  compute_type     = var.change.compute_type
  image            = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
  install_commands = var.change.install
  journal          = { bucket = "acme-rollouts", prefix = "goldsmith/" }
  kms_key_arn      = "arn:aws:kms:us-east-1:123456789012:key/3f0d2a0e-0000-4000-8000-000000000001"
  log_days         = var.change.log_days
  region           = "us-east-1"
  sources          = { bucket = "acme-commits", prefix = "images/" }
  state            = { bucket = "acme-terraform-state" }
  tags             = var.change.tags
  traced           = var.change.traced
}

output "place" {
  value = module.rollout.place
}

output "state_machine_arn" {
  value = module.rollout.state_machine_arn
}

output "worker_role_arn" {
  value = module.rollout.worker_role_arn
}
