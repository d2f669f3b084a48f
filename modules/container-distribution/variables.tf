variable "container_tags" {
  description = "Tags of the image in ECR besides VERSION-BUILD, which every image has; they move to each new image."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for tag in var.container_tags : can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", tag))])
    error_message = "container_tags must have up to 128 letters, digits and _.- each, not ${jsonencode(var.container_tags)}."
  }
}

variable "description" {
  description = "Where images go."
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
  description = "Regions whose registry of this account receives images, the build's among them."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.regions) > 0 && alltrue([for region in var.regions : can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$", region))])
    error_message = "regions must be Regions such as us-east-1, and one at least, not ${jsonencode(var.regions)}."
  }
}

variable "repository_name" {
  description = "Name, without the registry, of the ECR repository that each Region has for the image."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", var.repository_name))
    error_message = "repository_name must be the name of a repository (team/web), not its URI, not ${jsonencode(var.repository_name)}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}
