"""Text messages, WhatsApp and telephone calls by Twilio: webhooks come in, its REST API takes what goes out."""
