variable "continuous" {
  description = "Filters of repositories that are scanned again with each new vulnerability, where scans are enhanced."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = length(var.continuous) == 0 || var.enhanced
    error_message = "continuous must be empty where scans are not enhanced, not ${jsonencode(var.continuous)}."
  }

  validation {
    condition     = alltrue([for filter in var.continuous : can(regex("^[a-z0-9*](?:[._/a-z0-9*-]?[a-z0-9*]+)*$", filter))])
    error_message = "continuous must be filters such as prod/*, not ${jsonencode(var.continuous)}."
  }
}

variable "enhanced" {
  description = "Whether Amazon Inspector scans, instead of ECR itself; Inspector must be active for ECR."
  type        = bool
  nullable    = false
  default     = false
}

variable "on_push" {
  description = "Filters of repositories that are scanned when something is pushed to them."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for filter in var.on_push : can(regex("^[a-z0-9*](?:[._/a-z0-9*-]?[a-z0-9*]+)*$", filter))])
    error_message = "on_push must be filters such as prod/*, not ${jsonencode(var.on_push)}."
  }
}
