variable "description" {
  description = "What the policy is for."
  type        = string
  default     = null

  validation {
    condition     = var.description == null || try(length(var.description) >= 1 && length(var.description) <= 1024, false)
    error_message = "description must have 1 to 1024 characters or be null, not ${jsonencode(var.description)}."
  }
}

variable "enabled" {
  description = "Whether the policy runs."
  type        = bool
  nullable    = false
  default     = true
}

variable "execution_role_arn" {
  description = "ARN of the role that Image Builder works with, as the module lifecycle-role makes it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", var.execution_role_arn))
    error_message = "execution_role_arn must be the ARN of an IAM role, not ${jsonencode(var.execution_role_arn)}."
  }
}

variable "name" {
  description = "Name of the policy."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[-_A-Za-z0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z0-9]$", var.name))
    error_message = "name must have 3 to 128 letters, digits, dashes, underscores or inner spaces, not ${jsonencode(var.name)}."
  }
}

variable "recipes" {
  description = "Versions of recipes, by recipe: the policy applies to the images that were built from them. Give recipes or selection_tags."
  type        = map(set(string))
  nullable    = false
  default     = {}

  validation {
    condition     = alltrue([for version in flatten([for versions in values(var.recipes) : tolist(versions)]) : can(regex("^[0-9]+\\.[0-9]+\\.[0-9]+$", version))])
    error_message = "recipes must name exact versions (1.0.0, no x, which the provider refuses), not ${jsonencode(var.recipes)}."
  }

  validation {
    condition     = length(flatten([for versions in values(var.recipes) : tolist(versions)])) <= 50
    error_message = "recipes must be 50 versions in all or fewer, not ${jsonencode(var.recipes)}."
  }

  validation {
    condition     = (length(var.recipes) == 0) != (length(var.selection_tags) == 0)
    error_message = "recipes must be given where selection_tags are not, and only there, not ${jsonencode(var.recipes)}."
  }
}

variable "resource_type" {
  description = "What the policy applies to: AMI_IMAGE or CONTAINER_IMAGE; another one replaces the policy."
  type        = string
  nullable    = false
  default     = "AMI_IMAGE"

  validation {
    condition     = contains(["AMI_IMAGE", "CONTAINER_IMAGE"], var.resource_type)
    error_message = "resource_type must be AMI_IMAGE or CONTAINER_IMAGE, not ${jsonencode(var.resource_type)}."
  }
}

variable "rules" {
  description = "What is done, by action (DEPRECATE, DISABLE or DELETE): to images older than `after`, of which `keep` stay in any case, or, without `after`, to all but the newest `keep`."
  type = map(object({
    after = optional(object({
      unit  = string
      value = number
    }))
    amis       = optional(bool, true)
    containers = optional(bool, false)
    exclude = optional(object({
      account_ids = optional(set(string), [])
      ami_tags    = optional(map(string), {})
      image_tags  = optional(map(string), {})
      last_launched = optional(object({
        unit  = string
        value = number
      }))
      public  = optional(bool, true)
      regions = optional(set(string), [])
    }), {})
    keep      = optional(number)
    snapshots = optional(bool, false)
  }))
  nullable = false

  validation {
    condition     = length(var.rules) > 0 && alltrue([for action in keys(var.rules) : contains(["DEPRECATE", "DISABLE", "DELETE"], action)])
    error_message = "rules must be for one or more of DEPRECATE, DISABLE and DELETE, not ${jsonencode(keys(var.rules))}."
  }

  validation {
    condition     = alltrue([for action, rule in var.rules : rule.after != null || (action == "DELETE" && rule.keep != null)])
    error_message = "rules must have after; DELETE alone may have keep instead, not ${jsonencode(var.rules)}."
  }

  validation {
    condition     = alltrue([for rule in values(var.rules) : rule.after == null ? true : contains(["DAYS", "WEEKS", "MONTHS", "YEARS"], rule.after.unit) && rule.after.value >= 1 && rule.after.value <= 1000])
    error_message = "rules must have an after of 1 to 1000 DAYS, WEEKS, MONTHS or YEARS, not ${jsonencode([for rule in values(var.rules) : rule.after])}."
  }

  validation {
    condition     = alltrue([for rule in values(var.rules) : rule.keep == null ? true : rule.keep >= 1 && rule.keep <= (rule.after == null ? 1000 : 10)])
    error_message = "rules must keep 1 to 10 images by age, 1 to 1000 by count, not ${jsonencode([for rule in values(var.rules) : rule.keep])}."
  }

  validation {
    condition     = alltrue([for action, rule in var.rules : !rule.snapshots || (action == "DELETE" && rule.amis)])
    error_message = "rules must reach snapshots in DELETE only, and together with amis, not ${jsonencode(var.rules)}."
  }

  validation {
    condition     = alltrue([for action, rule in var.rules : var.resource_type == "CONTAINER_IMAGE" ? action == "DELETE" && !rule.amis : !rule.containers])
    error_message = "rules must reach amis for AMI_IMAGE, and for CONTAINER_IMAGE nothing but containers, by DELETE, not ${jsonencode(var.rules)}."
  }

  validation {
    condition     = alltrue([for rule in values(var.rules) : rule.exclude.last_launched == null ? true : contains(["DAYS", "WEEKS", "MONTHS", "YEARS"], rule.exclude.last_launched.unit) && rule.exclude.last_launched.value >= 1 && rule.exclude.last_launched.value <= 365])
    error_message = "rules must have a last_launched of 1 to 365 DAYS, WEEKS, MONTHS or YEARS, not ${jsonencode([for rule in values(var.rules) : rule.exclude.last_launched])}."
  }

  validation {
    condition     = alltrue([for id in flatten([for rule in values(var.rules) : tolist(rule.exclude.account_ids)]) : can(regex("^[0-9]{12}$", id))])
    error_message = "rules must exclude account_ids of twelve digits, not ${jsonencode([for rule in values(var.rules) : rule.exclude.account_ids])}."
  }
}

variable "selection_tags" {
  description = "Tags that images must have in Image Builder (not their AMIs) for the policy to apply to them. Give recipes or selection_tags."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}
