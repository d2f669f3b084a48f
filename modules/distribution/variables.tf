variable "ami_description" {
  description = "Description of the AMIs; null: that of the configuration."
  type        = string
  default     = null

  validation {
    condition     = var.ami_description == null || try(length(var.ami_description) >= 1 && length(var.ami_description) <= 1024, false)
    error_message = "ami_description must have 1 to 1024 characters or be null, not ${jsonencode(var.ami_description)}."
  }
}

variable "ami_name" {
  description = "Name of the AMIs, with {{ imagebuilder:buildDate }} in it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[-_A-Za-z0-9{][-_A-Za-z0-9\\s:{}.]{1,125}[-_A-Za-z0-9}]$", var.ami_name))
    error_message = "ami_name must have 3 to 127 letters, digits, spaces or -_:{}., not ${jsonencode(var.ami_name)}."
  }

  validation {
    condition     = can(regex("\\{\\{\\s*imagebuilder:buildDate\\s*\\}\\}", var.ami_name))
    error_message = "ami_name must contain {{ imagebuilder:buildDate }}, or the second build collides with the first, not ${jsonencode(var.ami_name)}."
  }
}

variable "ami_tags" {
  description = "Tags of the AMIs in every Region."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "description" {
  description = "Where images go; also the description of the AMIs."
  type        = string
  default     = null

  validation {
    condition     = var.description == null || try(length(var.description) >= 1 && length(var.description) <= 1024, false)
    error_message = "description must have 1 to 1024 characters or be null, not ${jsonencode(var.description)}."
  }
}

variable "name" {
  description = "Name of the configuration; another name replaces it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[-_A-Za-z0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z0-9]$", var.name))
    error_message = "name must have 3 to 128 letters, digits, dashes, underscores or inner spaces, not ${jsonencode(var.name)}."
  }
}

variable "regions" {
  description = "What each Region receives, by Region, with all values known at plan: what replaces ami_name, ami_description and ami_tags there; the ARN of the key that encrypts there; accounts that own a copy (none: the build account); accounts, organizations and organizational units that may launch it, or everybody, where public says so in the sentence that it takes; license configurations; SSM parameters that hold the AMI id (account_id null: the build account's), launch templates that get a version with the AMI, fast launch of Windows AMIs, and the bucket that a disk image of the build account's AMI goes to."
  type = map(object({
    ami_description = optional(string)
    ami_name        = optional(string)
    ami_tags        = optional(map(string))
    fast_launch = optional(list(object({
      account_id            = string
      enabled               = optional(bool, true)
      launch_template       = optional(object({ id = optional(string), name = optional(string), version = optional(string, "$Default") }))
      max_parallel_launches = optional(number)
      snapshots             = optional(number)
    })), [])
    kms_key_id = optional(string)
    launch_templates = optional(list(object({
      account_id = string
      default    = optional(bool, true)
      id         = string
    })), [])
    license_arns             = optional(set(string))
    organization_arns        = optional(set(string), [])
    organizational_unit_arns = optional(set(string), [])
    public                   = optional(string)
    s3_export = optional(object({
      bucket    = string
      format    = string
      prefix    = optional(string)
      role_name = string
    }))
    share_account_ids = optional(set(string), [])
    ssm_parameters = optional(list(object({
      account_id = optional(string)
      data_type  = optional(string, "aws:ec2:image")
      name       = string
    })), [])
    target_account_ids = optional(set(string), [])
  }))
  nullable = false

  validation {
    condition     = length(var.regions) > 0 && alltrue([for region in keys(var.regions) : can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$", region))])
    error_message = "regions must have Regions such as us-east-1 as keys, and one at least, not ${jsonencode(keys(var.regions))}."
  }

  validation {
    condition     = alltrue([for region in values(var.regions) : region.kms_key_id == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$", region.kms_key_id))])
    error_message = "regions must have ARNs of KMS keys or aliases as kms_key_id, or null, not ${jsonencode(values(var.regions)[*].kms_key_id)}."
  }

  validation {
    condition     = alltrue([for name, region in var.regions : region.kms_key_id == null || try(split(":", region.kms_key_id)[3], name) == name])
    error_message = "regions must have as kms_key_id a key of the same Region, not ${jsonencode({ for name, region in var.regions : name => region.kms_key_id })}."
  }

  validation {
    condition     = alltrue([for region in values(var.regions) : region.s3_export == null || contains(["RAW", "VHD", "VMDK"], try(region.s3_export.format, "RAW"))])
    error_message = "regions must have RAW, VHD or VMDK as format of s3_export, not ${jsonencode([for region in values(var.regions) : try(region.s3_export.format, null)])}."
  }

  validation {
    condition     = alltrue([for region in values(var.regions) : region.s3_export == null || region.kms_key_id == null])
    error_message = "regions must have no kms_key_id where they have s3_export, since VM Export takes no encrypted snapshot, not ${jsonencode([for region in values(var.regions) : region.kms_key_id if region.s3_export != null])}."
  }

  validation {
    condition = alltrue(flatten([
      for region in values(var.regions) : [for id in setunion(region.target_account_ids, region.share_account_ids) : can(regex("^[0-9]{12}$", id))]
    ]))
    error_message = "regions must have account ids of twelve digits as target_account_ids and share_account_ids, not ${jsonencode([for region in values(var.regions) : setunion(region.target_account_ids, region.share_account_ids)])}."
  }

  validation {
    condition     = alltrue(flatten([for region in values(var.regions) : [for parameter in region.ssm_parameters : can(regex("^[A-Za-z0-9_./-]+$", parameter.name))]]))
    error_message = "regions must have ssm_parameters with names of letters, digits and _./-, not ${jsonencode(flatten(values(var.regions)[*].ssm_parameters[*].name))}."
  }

  validation {
    condition = alltrue(flatten([
      for region in values(var.regions) : [for parameter in region.ssm_parameters : parameter.account_id == null || contains(region.target_account_ids, coalesce(parameter.account_id, "none"))]
    ]))
    error_message = "regions must have ssm_parameters with account_id null (the build account) or one of target_account_ids of the same Region, not ${jsonencode(flatten(values(var.regions)[*].ssm_parameters[*].account_id))}."
  }

  validation {
    condition     = alltrue(flatten([for region in values(var.regions) : [for parameter in region.ssm_parameters : contains(["aws:ec2:image", "text"], parameter.data_type)]]))
    error_message = "regions must have ssm_parameters with the data_type aws:ec2:image or text, not ${jsonencode(flatten(values(var.regions)[*].ssm_parameters[*].data_type))}."
  }

  validation {
    condition = alltrue([
      for region in values(var.regions) : region.ami_name == null || can(regex("^[-_A-Za-z0-9{][-_A-Za-z0-9\\s:{}.]{1,125}[-_A-Za-z0-9}]$", region.ami_name)) && can(regex("\\{\\{\\s*imagebuilder:buildDate\\s*\\}\\}", region.ami_name))
    ])
    error_message = "regions must have as ami_name what ami_name may be, with {{ imagebuilder:buildDate }}, not ${jsonencode(values(var.regions)[*].ami_name)}."
  }

  validation {
    condition = alltrue(flatten([
      for region in values(var.regions) : [for arn in region.organization_arns : can(regex("^arn:aws[^:]*:organizations::[0-9]{12}:organization/o-[a-z0-9]{10,32}$", arn))]
    ]))
    error_message = "regions must have ARNs of organizations as organization_arns, not ${jsonencode(flatten(values(var.regions)[*].organization_arns))}."
  }

  validation {
    condition = alltrue(flatten([
      for region in values(var.regions) : [for arn in region.organizational_unit_arns : can(regex("^arn:aws[^:]*:organizations::[0-9]{12}:ou/o-[a-z0-9]{10,32}/ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$", arn))]
    ]))
    error_message = "regions must have ARNs of organizational units as organizational_unit_arns, not ${jsonencode(flatten(values(var.regions)[*].organizational_unit_arns))}."
  }

  validation {
    condition     = alltrue([for region in values(var.regions) : region.public == null || coalesce(region.public, "no") == "yes, anyone may launch this image"])
    error_message = "regions must have as public null or the sentence \"yes, anyone may launch this image\", not ${jsonencode(values(var.regions)[*].public)}."
  }

  validation {
    condition     = alltrue([for region in values(var.regions) : region.public == null || region.kms_key_id == null])
    error_message = "regions must not have both public and kms_key_id: an encrypted AMI cannot be public, not ${jsonencode(values(var.regions)[*].public)}."
  }

  validation {
    condition = alltrue(flatten([
      for name, region in var.regions : [for arn in coalesce(region.license_arns, []) : can(regex("^arn:aws[^:]*:license-manager:${name}:[0-9]{12}:license-configuration:lic-[a-z0-9_-]{32}$", arn))]
    ]))
    error_message = "regions must have ARNs of license configurations of the same Region as license_arns, not ${jsonencode(values(var.regions)[*].license_arns)}."
  }

  validation {
    condition = alltrue(flatten([
      for region in values(var.regions) : [for template in region.launch_templates : can(regex("^lt-[a-z0-9-_]{17}$", template.id)) && can(regex("^[0-9]{12}$", template.account_id))]
    ]))
    error_message = "regions must have launch_templates with ids such as lt-0123456789abcdef0 and account ids of twelve digits, not ${jsonencode(flatten(values(var.regions)[*].launch_templates))}."
  }

  validation {
    condition = alltrue(flatten([
      for region in values(var.regions) : [for launch in region.fast_launch : coalesce(launch.max_parallel_launches, 6) >= 6 && coalesce(launch.snapshots, 5) >= 1 && can(regex("^[0-9]{12}$", launch.account_id))]
    ]))
    error_message = "regions must have fast_launch with account ids of twelve digits, max_parallel_launches of 6 or more and snapshots of 1 or more, not ${jsonencode(flatten(values(var.regions)[*].fast_launch))}."
  }

  validation {
    condition = alltrue(flatten([
      for region in values(var.regions) : [for launch in region.fast_launch : launch.launch_template == null || try((launch.launch_template.id == null) != (launch.launch_template.name == null), false)]
    ]))
    error_message = "regions must have fast_launch with either id or name of a launch_template, not ${jsonencode(flatten(values(var.regions)[*].fast_launch[*].launch_template))}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}
