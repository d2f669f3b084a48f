variable "account_id" {
  description = "Id of the account that exports; nobody can use the role for another."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must have twelve digits, not ${jsonencode(var.account_id)}."
  }
}

variable "bucket_name" {
  description = "Name of the bucket to make, unique in all of AWS; null makes none."
  type        = string
  default     = null

  validation {
    condition     = var.bucket_name == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name must have 3 to 63 small letters, digits or inner dashes or be null, not ${jsonencode(var.bucket_name)}."
  }

  validation {
    condition     = var.bucket_name != null || length(var.existing_buckets) > 0
    error_message = "bucket_name must be given where existing_buckets names no bucket, not ${jsonencode(var.bucket_name)}."
  }
}

variable "existing_buckets" {
  description = "Buckets of the account that are there already, by name: the prefixes of the keys that may be written (an empty one for all)."
  type        = map(set(string))
  nullable    = false
  default     = {}

  validation {
    condition     = alltrue([for bucket, prefixes in var.existing_buckets : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", bucket)) && length(prefixes) > 0])
    error_message = "existing_buckets must have names of buckets as keys, and one prefix at least for each, not ${jsonencode(var.existing_buckets)}."
  }
}

variable "expire_days" {
  description = "Days that disk images are kept in the bucket that is made; null keeps them."
  type        = number
  default     = null

  validation {
    condition     = var.expire_days == null || try(var.expire_days >= 1 && floor(var.expire_days) == var.expire_days, false)
    error_message = "expire_days must be a whole number from 1 on or null, not ${jsonencode(var.expire_days)}."
  }
}

variable "force_destroy" {
  description = "Whether the bucket may be destroyed with the disk images in it."
  type        = bool
  nullable    = false
  default     = false
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

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}
