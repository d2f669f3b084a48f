variable "additional_policy_arns" {
  description = "ARNs of further managed policies, by names of yours: what components need, such as the right to read a bucket."
  type        = map(string)
  nullable    = false
  default     = {}

  validation {
    condition     = alltrue([for arn in values(var.additional_policy_arns) : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", arn))])
    error_message = "additional_policy_arns must be ARNs of managed policies, not ${jsonencode(values(var.additional_policy_arns))}."
  }
}

variable "log_bucket_arn" {
  description = "ARN of the bucket that build logs go to, known at plan; null for no logs in S3."
  type        = string
  default     = null

  validation {
    condition     = var.log_bucket_arn == null || can(regex("^arn:[a-z-]+:s3:::[a-z0-9.-]{3,63}$", var.log_bucket_arn))
    error_message = "log_bucket_arn must be the ARN of a bucket (arn:aws:s3:::NAME) or null, not ${jsonencode(var.log_bucket_arn)}."
  }
}

variable "log_key_arn" {
  description = "ARN of the KMS key that the log bucket encrypts with, known at plan; null where S3 holds the key."
  type        = string
  default     = null

  validation {
    condition     = var.log_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.log_key_arn))
    error_message = "log_key_arn must be the ARN of a KMS key (not of an alias, which IAM cannot name) or null, not ${jsonencode(var.log_key_arn)}."
  }
}

variable "name" {
  description = "Name of the instance profile and of its role."
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

variable "readable_object_arns" {
  description = "ARNs of objects in S3 that the instances may read, known at plan."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for arn in var.readable_object_arns : can(regex("^arn:[a-z-]+:s3:::[a-z0-9.-]{3,63}/.+$", arn))])
    error_message = "readable_object_arns must be ARNs of objects (arn:aws:s3:::BUCKET/KEY), not ${jsonencode(var.readable_object_arns)}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}
