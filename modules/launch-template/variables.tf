variable "description" {
  description = "What the template is for; that of its first version, since each build describes its own."
  type        = string
  nullable    = false
  default     = "Launches the newest image."

  validation {
    condition     = length(var.description) <= 255
    error_message = "description must have at most 255 characters, not ${length(var.description)}."
  }
}

variable "instance_profile_name" {
  description = "Name of the instance profile of instances; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.instance_profile_name == null || can(regex("^[A-Za-z0-9_+=,.@-]{1,128}$", var.instance_profile_name))
    error_message = "instance_profile_name must have 1 to 128 letters, digits or _+=,.@-, or be null, not ${jsonencode(var.instance_profile_name)}."
  }
}

variable "instance_type" {
  description = "Instance type; null: whoever launches names one."
  type        = string
  default     = null

  validation {
    condition     = var.instance_type == null || can(regex("^[a-z0-9-]+\\.[a-z0-9-]+$", var.instance_type))
    error_message = "instance_type must be a type such as t3.medium or null, not ${jsonencode(var.instance_type)}."
  }
}

variable "name" {
  description = "Name of the launch template; another name replaces it, and its id changes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9()./_-]{3,128}$", var.name))
    error_message = "name must have 3 to 128 letters, digits or ()./_-, not ${jsonencode(var.name)}."
  }
}

variable "security_group_ids" {
  description = "Ids of the security groups of instances; none: whoever launches names them."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for id in var.security_group_ids : can(regex("^sg-[0-9a-f]{8,17}$", id))])
    error_message = "security_group_ids must be ids such as sg-0123456789abcdef0, not ${jsonencode(var.security_group_ids)}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}
