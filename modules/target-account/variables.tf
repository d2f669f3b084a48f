variable "enables_fast_launch" {
  description = "Whether Windows images are to start fast here."
  type        = bool
  nullable    = false
  default     = false
}

variable "key_arns" {
  description = "ARNs of the keys, or of their aliases, that encrypt images where they are built and where they go; none where images are not encrypted."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for arn in var.key_arns : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:(key/[0-9a-z-]+|alias/[A-Za-z0-9/_-]+)$", arn))])
    error_message = "key_arns must be ARNs of keys or aliases (no wildcards), not ${jsonencode(var.key_arns)}."
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

variable "source_account_id" {
  description = "Id of the account that builds images and is trusted to copy them here."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.source_account_id))
    error_message = "source_account_id must be twelve digits, not ${jsonencode(var.source_account_id)}."
  }
}

variable "ssm_parameter_names" {
  description = "Names of the SSM parameters of this account that hold the ids of its copies."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for name in var.ssm_parameter_names : can(regex("^[A-Za-z0-9_./-]+$", name))])
    error_message = "ssm_parameter_names must be names of letters, digits and _./- (no wildcards), not ${jsonencode(var.ssm_parameter_names)}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "updates_launch_templates" {
  description = "Whether launch templates of this account, tagged CreatedBy = EC2 Image Builder, are to follow the images."
  type        = bool
  nullable    = false
  default     = false
}
