variable "account_id" {
  description = "Id of the account that imports; nobody can use the role for another."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must have twelve digits, not ${jsonencode(var.account_id)}."
  }
}

variable "key_arns" {
  description = "ARN of the KMS key that encrypts imported AMIs, or of its alias, known at plan; empty for none."
  type        = list(string)
  nullable    = false
  default     = []

  validation {
    condition     = length(var.key_arns) <= 1 && alltrue([for arn in var.key_arns : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$", arn))])
    error_message = "key_arns must be the ARN of a KMS key or alias or nothing, not ${jsonencode(var.key_arns)}."
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

variable "objects" {
  description = "The disk images: keys of objects, by the name of their bucket."
  type        = map(set(string))
  nullable    = false

  validation {
    condition = length(var.objects) > 0 && alltrue([
      for bucket, keys in var.objects : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", bucket)) && length(keys) > 0
    ])
    error_message = "objects must have names of buckets as keys, and one object at least for each, not ${jsonencode(var.objects)}."
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

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}
