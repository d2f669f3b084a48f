variable "account_id" {
  description = "Id of the account that rollouts are run from."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be twelve digits, not ${jsonencode(var.account_id)}."
  }
}

variable "account_ids" {
  description = "Ids of all accounts that are rolled out to."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.account_ids) > 0 && alltrue([for id in var.account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "account_ids must have twelve digits each, and be at least one, not ${jsonencode(var.account_ids)}."
  }
}

variable "apply_role_name" {
  description = "Name of the role that applies, in each account."
  type        = string
  nullable    = false
  default     = "GoldsmithApply"

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.apply_role_name))
    error_message = "apply_role_name must have 1 to 64 letters, digits or +=,.@_-, not ${jsonencode(var.apply_role_name)}."
  }
}

variable "build_timeout_minutes" {
  description = "How long one step or one root may take, from 5 to 2160 minutes. A build that is ended in the midst of an apply leaves Terraform's lock behind."
  type        = number
  nullable    = false
  default     = 120

  validation {
    condition     = var.build_timeout_minutes >= 5 && var.build_timeout_minutes <= 2160 && floor(var.build_timeout_minutes) == var.build_timeout_minutes
    error_message = "build_timeout_minutes must be a whole number from 5 to 2160, not ${jsonencode(var.build_timeout_minutes)}."
  }
}

variable "compute_type" {
  description = "Size of the machine of a build. BUILD_GENERAL1_SMALL has 2 vCPUs and 4 GB (3 GB in places), which is enough for one root."
  type        = string
  nullable    = false
  default     = "BUILD_GENERAL1_SMALL"

  validation {
    condition     = contains(["BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_MEDIUM", "BUILD_GENERAL1_LARGE"], var.compute_type)
    error_message = "compute_type must be BUILD_GENERAL1_SMALL, BUILD_GENERAL1_MEDIUM or BUILD_GENERAL1_LARGE, not ${jsonencode(var.compute_type)}."
  }
}

variable "image" {
  description = "Image that builds run in: one of CodeBuild's own, or one in ECR, best by digest. It has Goldsmith and Terraform, or install_commands put them there."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9./:@_-]+$", var.image))
    error_message = "image must be the name of an image such as aws/codebuild/amazonlinux-x86_64-standard:5.0, not ${jsonencode(var.image)}."
  }
}

variable "image_repository_arn" {
  description = "ARN of the ECR repository that the image is in, for the worker to pull from; null for an image of CodeBuild's own."
  type        = string
  default     = null

  validation {
    condition     = var.image_repository_arn == null || can(regex("^arn:[a-z-]+:ecr:[a-z0-9-]+:[0-9]{12}:repository/[a-z0-9._/-]+$", var.image_repository_arn))
    error_message = "image_repository_arn must be the ARN of an ECR repository or null, not ${jsonencode(var.image_repository_arn)}."
  }
}

variable "install_commands" {
  description = "Commands that each build begins with, in the directory of the sources; anyone who reads the project reads them, so no secret belongs there."
  type        = list(string)
  nullable    = false
  default     = []
}

variable "journal" {
  description = "Where rollouts are recorded: a bucket that is there already, and a prefix in it, empty or ending in a slash. `kms_key_arn` is the key that the bucket's files are encrypted with, where it is not S3's own."
  type = object({
    bucket      = string
    kms_key_arn = optional(string)
    prefix      = optional(string, "")
  })
  nullable = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.journal.bucket))
    error_message = "journal.bucket must have 3 to 63 small letters, digits or inner dashes, not ${jsonencode(var.journal.bucket)}."
  }

  validation {
    condition     = var.journal.prefix == "" || can(regex("^([A-Za-z0-9._=-]+/)+$", var.journal.prefix))
    error_message = "journal.prefix must be empty or names that each end in a slash, not ${jsonencode(var.journal.prefix)}."
  }

  validation {
    condition     = var.journal.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.journal.kms_key_arn))
    error_message = "journal.kms_key_arn must be the ARN of a KMS key or null, not ${jsonencode(var.journal.kms_key_arn)}."
  }
}

variable "kms_key_arn" {
  description = "ARN of the key that the state machine's data and both log groups are encrypted with; null for keys of AWS."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a KMS key or null, not ${jsonencode(var.kms_key_arn)}."
  }
}

variable "log_days" {
  description = "Days that logs are kept."
  type        = number
  nullable    = false
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_days)
    error_message = "log_days must be a number of days that CloudWatch Logs takes, such as 90, 180, 365 or 731, not ${jsonencode(var.log_days)}."
  }
}

variable "name" {
  description = "Name of the state machine and of the project, and what the names of the two roles begin with. None that the apply role may change (goldsmith-)."
  type        = string
  nullable    = false
  default     = "GoldsmithRollout"

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{1,56}$", var.name)) && !startswith(var.name, "goldsmith-")
    error_message = "name must have 2 to 57 letters, digits, dashes or underscores, and not begin with goldsmith-, not ${jsonencode(var.name)}."
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
  description = "ARN of the policy that the two roles may not go beyond; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of an IAM policy or null, not ${jsonencode(var.permissions_boundary_arn)}."
  }
}

variable "plan_role_name" {
  description = "Name of the role that plans, in each account."
  type        = string
  nullable    = false
  default     = "GoldsmithPlan"

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.plan_role_name))
    error_message = "plan_role_name must have 1 to 64 letters, digits or +=,.@_-, not ${jsonencode(var.plan_role_name)}."
  }
}

variable "region" {
  description = "Region that rollouts are run from, which is that of the journal's bucket."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$", var.region))
    error_message = "region must be a Region such as us-east-1, not ${jsonencode(var.region)}."
  }
}

variable "sources" {
  description = "Where the zipped commits are that are rolled out: a bucket, and a prefix in it that ends in a slash. Who may write there can have anything done with the roles of all accounts."
  type = object({
    bucket      = string
    kms_key_arn = optional(string)
    prefix      = string
  })
  nullable = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.sources.bucket))
    error_message = "sources.bucket must have 3 to 63 small letters, digits or inner dashes, not ${jsonencode(var.sources.bucket)}."
  }

  validation {
    condition     = can(regex("^([A-Za-z0-9._=-]+/)+$", var.sources.prefix))
    error_message = "sources.prefix must be names that each end in a slash, not ${jsonencode(var.sources.prefix)}."
  }

  validation {
    condition     = var.sources.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.sources.kms_key_arn))
    error_message = "sources.kms_key_arn must be the ARN of a KMS key or null, not ${jsonencode(var.sources.kms_key_arn)}."
  }
}

variable "state" {
  description = "The bucket of Terraform's state, and its key where it is not S3's own."
  type = object({
    bucket      = string
    kms_key_arn = optional(string)
  })
  nullable = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.state.bucket))
    error_message = "state.bucket must have 3 to 63 small letters, digits or inner dashes, not ${jsonencode(var.state.bucket)}."
  }

  validation {
    condition     = var.state.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.state.kms_key_arn))
    error_message = "state.kms_key_arn must be the ARN of a KMS key or null, not ${jsonencode(var.state.kms_key_arn)}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "traced" {
  description = "Whether executions are traced by X-Ray."
  type        = bool
  nullable    = false
  default     = false
}
