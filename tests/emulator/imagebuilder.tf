terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "generation" {
  type = string
}

provider "aws" {
  region              = "us-east-1"
  allowed_account_ids = ["780000000098"]
  assume_role {
    role_arn = "arn:aws:iam::780000000098:role/Apply"
  }
  default_tags {
    tags = {
      Owner = "platform"
    }
  }
}

resource "aws_imagebuilder_component" "this" {
  name     = "hello"
  platform = "Linux"
  version  = "1.0.0"
  data = yamlencode({
    schemaVersion = 1.0
    phases        = [{ name = "build", steps = [{ name = "Say", action = "ExecuteBash", inputs = { commands = ["echo"] } }] }]
  })
}

resource "aws_imagebuilder_container_recipe" "this" {
  name                     = "web"
  version                  = "1.0.${var.generation}"
  container_type           = "DOCKER"
  parent_image             = "amazonlinux:latest"
  platform_override        = "Linux"
  description              = "web"
  working_directory        = "/tmp"
  dockerfile_template_data = <<-EOT
    FROM {{{ imagebuilder:parentImage }}}
    {{{ imagebuilder:environments }}}
    {{{ imagebuilder:components }}}
  EOT
  component {
    component_arn = aws_imagebuilder_component.this.arn
  }
  instance_configuration {
    block_device_mapping {
      device_name = "/dev/xvda"
      ebs {
        encrypted   = true
        volume_size = 30
        volume_type = "gp3"
      }
    }
  }
  target_repository {
    service         = "ECR"
    repository_name = "web"
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_imagebuilder_workflow" "this" {
  name    = "check"
  version = "1.0.${var.generation}"
  type    = "TEST"
  data    = <<-EOT
    name: check
    schemaVersion: 1.0
    steps:
      - name: Step${var.generation}
        action: LaunchInstance
        inputs: {waitFor: ssmAgent}
  EOT
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_iam_role" "this" {
  name = "images"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "imagebuilder.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role" "instance" {
  name = "instance"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_instance_profile" "this" {
  name = "instance"
  role = aws_iam_role.instance.name
}

resource "aws_imagebuilder_infrastructure_configuration" "this" {
  name                  = "web"
  instance_profile_name = aws_iam_instance_profile.this.name
}

resource "aws_imagebuilder_image_pipeline" "this" {
  name                             = "web"
  container_recipe_arn             = aws_imagebuilder_container_recipe.this.arn
  infrastructure_configuration_arn = aws_imagebuilder_infrastructure_configuration.this.arn
  execution_role                   = aws_iam_role.this.arn
  workflow {
    workflow_arn = aws_imagebuilder_workflow.this.arn
  }
}

resource "aws_imagebuilder_lifecycle_policy" "this" {
  name           = "old-images"
  description    = "generation ${var.generation}"
  execution_role = aws_iam_role.this.arn
  resource_type  = "AMI_IMAGE"
  policy_detail {
    action {
      type = "DELETE"
      include_resources {
        amis      = true
        snapshots = true
      }
    }
    filter {
      type            = "AGE"
      value           = 6
      unit            = "MONTHS"
      retain_at_least = 2
    }
    exclusion_rules {
      tag_map = { Keep = "yes" }
      amis {
        is_public = false
        last_launched {
          value = 2
          unit  = "WEEKS"
        }
      }
    }
  }
  policy_detail {
    action {
      type = "DEPRECATE"
    }
    filter {
      type  = "AGE"
      value = 3
      unit  = "MONTHS"
    }
  }
  resource_selection {
    tag_map = { Team = "images" }
  }
}

resource "aws_imagebuilder_lifecycle_policy" "by_recipe" {
  name           = "old-containers"
  execution_role = aws_iam_role.this.arn
  resource_type  = "CONTAINER_IMAGE"
  status         = "DISABLED"
  policy_detail {
    action {
      type = "DELETE"
      include_resources {
        containers = true
      }
    }
    filter {
      type  = "COUNT"
      value = 5
    }
  }
  resource_selection {
    recipe {
      name             = "web"
      semantic_version = "1.0.0"
    }
  }
}
