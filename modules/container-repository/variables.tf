variable "force_delete" {
  description = "Whether the images go with the repository. Without it a repository that holds images cannot be destroyed."
  type        = bool
  nullable    = false
  default     = false
}

variable "immutable_tags" {
  description = "Whether a tag stays with the image that it was given to."
  type        = bool
  nullable    = false
  default     = true
}

variable "keep_images" {
  description = "How many images with a tag stay, the oldest going first; null for all."
  type        = number
  default     = null

  validation {
    condition     = var.keep_images == null || try(var.keep_images >= 1 && floor(var.keep_images) == var.keep_images, false)
    error_message = "keep_images must be a whole number from 1, or null, not ${jsonencode(var.keep_images)}."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts images; null for a key of S3. Another one replaces the repository."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a KMS key (not of an alias, which would differ from what ECR answers) or null, not ${jsonencode(var.kms_key_arn)}."
  }
}

variable "lifecycle_access" {
  description = "Whether lifecycle policies of Image Builder may delete images, which they may in repositories with a certain tag alone."
  type        = bool
  nullable    = false
  default     = false
}

variable "name" {
  description = "Name of the repository; another name replaces it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", var.name)) && length(var.name) >= 2 && length(var.name) <= 256
    error_message = "name must have 2 to 256 lower-case letters, digits and single ._/- between them, not ${jsonencode(var.name)}."
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

variable "pull_account_ids" {
  description = "Ids of the other accounts that may pull images."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for id in var.pull_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "pull_account_ids must be twelve digits each, not ${jsonencode(var.pull_account_ids)}."
  }
}

variable "pull_organization_ids" {
  description = "Ids of organizations whose accounts may pull images, such as o-a1b2c3d4e5."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for id in var.pull_organization_ids : can(regex("^o-[a-z0-9]{10,32}$", id))])
    error_message = "pull_organization_ids must read like o-a1b2c3d4e5, not ${jsonencode(var.pull_organization_ids)}."
  }
}

variable "pull_organizational_unit_paths" {
  description = "Paths of organizational units whose accounts may pull images, such as o-a1b2c3d4e5/*/ou-ab12-11111111/*."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for path in var.pull_organizational_unit_paths : can(regex("^o-[a-z0-9]{10,32}/([*]|r-[a-z0-9]+)/(ou-[a-z0-9-]+/)+[*]?$", path))])
    error_message = "pull_organizational_unit_paths must read like o-a1b2c3d4e5/*/ou-ab12-11111111/*, not ${jsonencode(var.pull_organizational_unit_paths)}."
  }
}

variable "scan_on_push" {
  description = "Whether ECR scans each image that arrives for known vulnerabilities."
  type        = bool
  nullable    = false
  default     = true
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "untagged_days" {
  description = "Days after which an image without a tag goes; null for never."
  type        = number
  default     = null

  validation {
    condition     = var.untagged_days == null || try(var.untagged_days >= 1 && floor(var.untagged_days) == var.untagged_days, false)
    error_message = "untagged_days must be a whole number from 1, or null, not ${jsonencode(var.untagged_days)}."
  }
}
