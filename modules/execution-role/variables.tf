variable "additional_policy_arns" {
  description = "ARNs of further managed policies, by names of yours: what workflows of yours need."
  type        = map(string)
  nullable    = false
  default     = {}

  validation {
    condition     = alltrue([for arn in values(var.additional_policy_arns) : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", arn))])
    error_message = "additional_policy_arns must be ARNs of managed policies, not ${jsonencode(values(var.additional_policy_arns))}."
  }
}

variable "name" {
  description = "Name of the role."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "name must have 1 to 64 letters, digits or +=,.@_-, not ${jsonencode(var.name)}."
  }
}

variable "partition" {
  description = "AWS partition that ARNs are built for: aws, aws-cn or aws-us-gov."
  type        = string
  nullable    = false
  default     = "aws"

  validation {
    condition     = contains(["aws", "aws-cn", "aws-us-gov"], var.partition)
    error_message = "partition must be aws, aws-cn or aws-us-gov, not ${jsonencode(var.partition)}."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that the role cannot go beyond, whatever its own policies say; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of an IAM policy or null, not ${jsonencode(var.permissions_boundary_arn)}."
  }
}

variable "ssm_parameter_arns" {
  description = "ARNs of the SSM parameters of this account that pipelines publish AMI ids in."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for arn in var.ssm_parameter_arns : can(regex("^arn:[a-z-]+:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[A-Za-z0-9_./-]+$", arn))])
    error_message = "ssm_parameter_arns must be ARNs of single parameters (arn:aws:ssm:REGION:ACCOUNT:parameter/NAME), not ${jsonencode(var.ssm_parameter_arns)}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "topic_arns" {
  description = "ARNs of the SNS topics that waiting steps of workflows tell."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for arn in var.topic_arns : can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", arn))])
    error_message = "topic_arns must be ARNs of single topics, not ${jsonencode(var.topic_arns)}."
  }
}

variable "topic_key_alias_arns" {
  description = "ARNs of the aliases of the keys that encrypt those topics."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for arn in var.topic_key_alias_arns : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:alias/.+$", arn))])
    error_message = "topic_key_alias_arns must be ARNs of aliases of KMS keys, not ${jsonencode(var.topic_key_alias_arns)}."
  }
}
