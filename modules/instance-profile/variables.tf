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

variable "containers" {
  description = "What builds of container images reach, by ARN: their recipes (.../container-recipe/NAME/*), the repositories that they push to, and private ones that they are built from; null where none are built."
  type = object({
    pull_repository_arns = optional(set(string), [])
    push_repository_arns = set(string)
    recipe_arns          = set(string)
  })
  default = null

  validation {
    condition     = var.containers == null ? true : alltrue([for arn in setunion(var.containers.pull_repository_arns, var.containers.push_repository_arns) : can(regex("^arn:[a-z-]+:ecr:[a-z0-9-]+:[0-9]{12}:repository/[a-z0-9._/-]+$", arn))])
    error_message = "containers must have ARNs of ECR repositories, without wildcards, not ${jsonencode(var.containers)}."
  }

  validation {
    condition     = var.containers == null ? true : alltrue([for arn in var.containers.recipe_arns : can(regex("^arn:[a-z-]+:imagebuilder:[a-z0-9-]+:[0-9]{12}:container-recipe/[a-z0-9-_]+/([*]|[0-9.]+)$", arn))])
    error_message = "containers must have ARNs of container recipes, with a version or * at the end, not ${jsonencode(try(var.containers.recipe_arns, []))}."
  }

  validation {
    condition     = var.containers == null ? true : length(var.containers.push_repository_arns) > 0 && length(var.containers.recipe_arns) > 0
    error_message = "containers must have a recipe and a repository to push to at least, or be null, not ${jsonencode(var.containers)}."
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

variable "permissions_boundary_arn" {
  description = "ARN of the policy that the role cannot go beyond, whatever its own policies say; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of an IAM policy or null, not ${jsonencode(var.permissions_boundary_arn)}."
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
