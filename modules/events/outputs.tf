output "topic_arn" {
  description = "ARN of the topic, once it may be published to; known at plan."
  value       = local.has_own_topic ? local.own_topic_arn : var.topic_arn
  depends_on  = [aws_sns_topic.this, aws_sns_topic_policy.this, aws_kms_alias.this]
}
