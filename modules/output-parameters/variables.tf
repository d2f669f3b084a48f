variable "description" {
  description = "What the parameters are for, until Image Builder describes them."
  type        = string
  nullable    = false
  default     = "Id of the newest image."

  validation {
    condition     = length(var.description) <= 1024
    error_message = "description must have at most 1024 characters, not ${length(var.description)}."
  }
}

variable "names" {
  description = "Names of the parameters."
  type        = set(string)
  nullable    = false

  validation {
    condition     = alltrue([for name in var.names : can(regex("^[A-Za-z0-9_./-]+$", name)) && length(name) <= 1011 && !can(regex("^/?(?i:aws|ssm)", name))])
    error_message = "names must have 1 to 1011 letters, digits or _./- and not begin with aws or ssm, not ${jsonencode(var.names)}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}
