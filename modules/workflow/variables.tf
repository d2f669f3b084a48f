variable "change_description" {
  description = "What is new in this version."
  type        = string
  default     = null

  validation {
    condition     = var.change_description == null || try(length(var.change_description) >= 1 && length(var.change_description) <= 1024, false)
    error_message = "change_description must have 1 to 1024 characters or be null, not ${jsonencode(var.change_description)}."
  }
}

variable "description" {
  description = "What the workflow does."
  type        = string
  default     = null

  validation {
    condition     = var.description == null || try(length(var.description) >= 1 && length(var.description) <= 1024, false)
    error_message = "description must have 1 to 1024 characters or be null, not ${jsonencode(var.description)}."
  }
}

variable "document" {
  description = "Workflow document: YAML text with schemaVersion and steps."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.document) <= 16000 || var.document_bucket != null
    error_message = "document must have at most 16000 characters, the limit for documents given inline, not ${length(var.document)}; with document_bucket it may have more."
  }

  validation {
    condition     = length(base64encode(var.document)) <= 87384
    error_message = "document must have at most 65536 bytes, the limit for documents in S3, not about ${floor(length(base64encode(var.document)) * 3 / 4)}."
  }

  validation {
    condition     = can(length(yamldecode(var.document).steps) > 0) && can(yamldecode(var.document).schemaVersion)
    error_message = "document must be YAML with schemaVersion and steps, not ${jsonencode(substr(var.document, 0, 60))}."
  }
}

variable "document_bucket" {
  description = "Name of a bucket that the document is handed over in, for documents of more than 16000 characters; null hands it over with the request."
  type        = string
  default     = null

  validation {
    condition     = var.document_bucket == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.document_bucket))
    error_message = "document_bucket must be the name of a bucket or null, not ${jsonencode(var.document_bucket)}."
  }
}

variable "kms_key_id" {
  description = "ARN of the KMS key that encrypts the document; null for a key of Image Builder's."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_id == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$", var.kms_key_id))
    error_message = "kms_key_id must be the ARN of a KMS key or alias or null, not ${jsonencode(var.kms_key_id)}."
  }
}

variable "name" {
  description = "Name of the workflow; another name replaces it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[-_A-Za-z0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z0-9]$", var.name))
    error_message = "name must have 3 to 128 letters, digits, dashes, underscores or inner spaces, not ${jsonencode(var.name)}."
  }
}

variable "semantic_version" {
  description = "Version of the workflow; anything but tags that changes needs a new one."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})$", var.semantic_version))
    error_message = "semantic_version must be three numbers without leading zeros (1.0.0), not ${jsonencode(var.semantic_version)}."
  }
}

variable "tags" {
  description = "Tags of every resource of this module, besides the provider's default tags."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "type" {
  description = "Stage that the workflow is for: BUILD, TEST or DISTRIBUTION; another one replaces it."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["BUILD", "TEST", "DISTRIBUTION"], var.type)
    error_message = "type must be BUILD, TEST or DISTRIBUTION, not ${jsonencode(var.type)}."
  }
}
