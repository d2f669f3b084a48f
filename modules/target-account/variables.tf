variable "key_alias" {
  description = "Alias of the source account's image keys, the same in each Region, without alias/ before it; null where images are not encrypted with keys of their own."
  type        = string
  default     = null

  validation {
    condition     = var.key_alias == null || can(regex("^[A-Za-z0-9_/-]{1,250}$", var.key_alias)) && !startswith(coalesce(var.key_alias, "none"), "alias/")
    error_message = "key_alias must have letters, digits, slashes, dashes or underscores and not begin with alias/, or be null, not ${jsonencode(var.key_alias)}."
  }
}

variable "key_regions" {
  description = "Regions of the image keys: where images are built and where they go."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for region in var.key_regions : can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$", region))])
    error_message = "key_regions must be Regions such as us-east-1, not ${jsonencode(var.key_regions)}."
  }

  validation {
    condition     = (var.key_alias == null) == (length(var.key_regions) == 0)
    error_message = "key_regions must name Regions where key_alias is given, and none where it is null, not ${jsonencode(var.key_regions)}."
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
