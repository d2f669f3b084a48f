# One account that builds images and receives them too: every module once, wired as a rendered root wires them.

locals {
  account_id = "606000000001"
  region     = "us-east-1"
  parameter  = "/golden/web/ami"
}

variable "change" {
  description = "What is different in the second apply."
  type = object({
    description = optional(string, "Web server.")
    document    = optional(string, "true")
    schedule    = optional(string)
    moving_tags = optional(bool, false)
    nat         = optional(bool, false)
    tags        = optional(map(string), {})
    version     = optional(string, "1.0.0")
    zones       = optional(set(string), [])
  })
  default = {}
}

provider "aws" {
  region              = local.region
  allowed_account_ids = [local.account_id]

  assume_role {
    role_arn     = "arn:aws:iam::${local.account_id}:role/Builder"
    session_name = "modules"
  }

  default_tags {
    tags = { ManagedBy = "goldsmith" }
  }
}

module "log_bucket" {
  source = "./modules/log-bucket"

  name = "acme-golden-image-logs"
  tags = var.change.tags
}

module "image_key" {
  source = "./modules/image-key"

  account_id           = local.account_id
  alias                = "golden"
  deletion_window_days = 7
  region               = local.region
  tags                 = var.change.tags
  target_account_ids   = ["720000000002"]
}

module "instance_profile" {
  source = "./modules/instance-profile"

  log_bucket_arn = module.log_bucket.arn
  name           = "golden-instance"
  tags           = var.change.tags
}

module "execution_role" {
  source = "./modules/execution-role"

  name               = "golden-execution"
  ssm_parameter_arns = ["arn:aws:ssm:${local.region}:${local.account_id}:parameter${local.parameter}"]
  tags               = var.change.tags
}

module "network" {
  source = "./modules/network"

  account_id    = local.account_id
  flow_log_days = var.change.nat ? 30 : null
  name          = "golden"
  nat           = var.change.nat
  region        = local.region
  tags          = var.change.tags
  zones         = var.change.zones
}

module "target_account" {
  source = "./modules/target-account"

  key_arns            = ["arn:aws:kms:${local.region}:${local.account_id}:alias/golden"]
  source_account_id   = local.account_id
  ssm_parameter_names = [local.parameter]
  tags                = var.change.tags
}

module "launch_template" {
  source = "./modules/launch-template"

  instance_type = "t3.small"
  name          = "golden-web"
  tags          = var.change.tags
}

module "output_parameters" {
  source = "./modules/output-parameters"

  names = ["/golden/web/id"]
  tags  = var.change.tags
}

module "harden_os" {
  source = "./modules/component"

  description      = "Refuses root over SSH."
  name             = "golden-harden-os"
  semantic_version = var.change.version
  tags             = var.change.tags

  document = yamlencode({
    schemaVersion = "1.0"
    phases        = [{ name = "build", steps = [{ name = "Run", action = "ExecuteBash", inputs = { commands = [var.change.document] } }] }]
  })
}

module "recipe" {
  source = "./modules/image-recipe"

  components       = [{ arn = module.harden_os.arn }]
  description      = "Web server."
  name             = "golden-web"
  parent_image     = "arn:aws:imagebuilder:us-east-1:aws:image/amazon-linux-2023-x86/x.x.x"
  semantic_version = var.change.version
  tags             = var.change.tags
  volume           = { kms_key_id = module.image_key.alias_arn, size = 20 }
}

module "infrastructure" {
  source = "./modules/infrastructure"

  description           = var.change.description
  instance_profile_name = module.instance_profile.name
  instance_types        = ["t3.medium"]
  log_bucket            = module.log_bucket.name
  log_prefix            = "web"
  name                  = "golden-web"
  resource_tags         = { Purpose = "image-build" }
  security_group_ids    = module.network.security_group_ids
  subnet_id             = module.network.subnet_id
  tags                  = var.change.tags
}

module "distribution" {
  source = "./modules/distribution"

  ami_name    = "golden-web-{{ imagebuilder:buildDate }}"
  ami_tags    = { Image = "web" }
  description = var.change.description
  name        = "golden-web"
  tags        = var.change.tags

  regions = {
    eu-central-1 = {
      target_account_ids = ["720000000002"]
    }
    us-east-1 = {
      kms_key_id         = module.image_key.alias_arn
      share_account_ids  = ["730000000003"]
      ssm_parameters     = [{ name = local.parameter }, { account_id = "720000000002", name = local.parameter }]
      target_account_ids = ["720000000002"]
    }
  }
}

module "pipeline" {
  source = "./modules/image-pipeline"

  description        = var.change.description
  distribution_arn   = module.distribution.arn
  execution_role_arn = module.execution_role.arn
  infrastructure_arn = module.infrastructure.arn
  name               = "golden-web"
  recipe_arn         = module.recipe.arn
  schedule           = var.change.schedule == null ? null : { expression = var.change.schedule }
  tags               = var.change.tags
}

module "container_repository" {
  source = "./modules/container-repository"

  immutable_tags   = !var.change.moving_tags
  keep_images      = var.change.moving_tags ? 5 : null
  kms_key_arn      = module.image_key.arn
  lifecycle_access = var.change.moving_tags
  name             = "golden/shell"
  pull_account_ids = var.change.moving_tags ? ["720000000002", "730000000003"] : ["720000000002"]
  tags             = var.change.tags
}

module "container_recipe" {
  source = "./modules/container-recipe"

  block_devices     = { "/dev/xvda" = { kms_key_id = module.image_key.alias_arn, size = 30 } }
  components        = [{ arn = module.harden_os.arn }]
  name              = "golden-shell"
  parent_image      = "public.ecr.aws/amazonlinux/amazonlinux:2023"
  platform_override = "Linux"
  repository_name   = module.container_repository.name
  semantic_version  = var.change.version
  tags              = var.change.tags

  dockerfile_template = <<-DOCKERFILE
    FROM {{{ imagebuilder:parentImage }}}
    {{{ imagebuilder:environments }}}
    {{{ imagebuilder:components }}}
    LABEL version=${var.change.version}
  DOCKERFILE
}

module "container_distribution" {
  source = "./modules/container-distribution"

  container_tags  = var.change.moving_tags ? ["latest"] : []
  description     = var.change.description
  name            = "golden-shell"
  regions         = [local.region]
  repository_name = module.container_repository.name
  tags            = var.change.tags
}

module "container_pipeline" {
  source = "./modules/image-pipeline"

  container_recipe_arn = module.container_recipe.arn
  distribution_arn     = module.container_distribution.arn
  execution_role_arn   = module.execution_role.arn
  infrastructure_arn   = module.infrastructure.arn
  name                 = "golden-shell"
  tags                 = var.change.tags
}

output "pipeline_arn" {
  value = module.pipeline.arn
}

output "recipe_arn" {
  value = module.recipe.arn
}

module "vm_export" {
  source = "./modules/vm-export"

  account_id  = local.account_id
  bucket_name = "acme-golden-image-exports"
  name        = "golden-images-vm-export"
  tags        = var.change.tags

  existing_buckets = { acme-datacenter = ["golden/"] }
}

module "vm_import" {
  source = "./modules/vm-import"

  account_id = local.account_id
  key_arns   = [module.image_key.alias_arn]
  name       = "golden-images-vm-import"
  objects    = { acme-machines = ["erp.ova"] }
  tags       = var.change.tags
}
